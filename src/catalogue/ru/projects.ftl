### Projects.

project-new-heading = Создать проект
project-name-heading = Переименовать проект
