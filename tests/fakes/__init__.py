"""Stand-ins for what the program talks to; each passes the contract suite of what it stands for."""
