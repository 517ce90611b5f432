"""What people choose in the list and type into the register."""
