### Projects.

project-new-heading = Create project
project-name-heading = Rename project
