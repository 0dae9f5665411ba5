"""`python -m mattingapp` is the command `mattingapp`."""

import sys

from mattingapp.cli import main

sys.exit(main())
