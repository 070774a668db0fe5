"""One whole Harbor stack in one directory, supervised the way systemd would.

Reading order: parts (what a stack consists of), supervisor (the loop), part (the life of one process),
process and probe (how it is started and watched), state (the directory), configs, harborctl, control.
"""
