"""Values and strategies that several test modules share."""
