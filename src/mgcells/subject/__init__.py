"""A subject: its assembly from the library and a scenario, its life, and many bodies at once."""
