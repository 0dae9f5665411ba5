"""What the menus are called: every action in a table, and its keys."""
