"""One module for each library that reads picture files, and for each container that has to be looked into."""
