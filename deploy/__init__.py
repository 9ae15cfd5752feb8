"""How the system is run: on one machine (`local`), prepared (`provision`), looked after (`cli`)."""
