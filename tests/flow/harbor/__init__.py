"""What the black-box tests are made of: a stack, its people, their streams, and the checks."""
