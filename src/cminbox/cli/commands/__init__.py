"""One file per command, and nothing else; a folder holds the commands of two words.

Each module has HELP, one line for the list of commands; `arguments`, which adds its own to the parser; and `run`,
which does it and returns the exit code. An underscore in a file's name is a hyphen of the command's; one at the end
only keeps Python from taking the name for its own.
"""
