"""A project with Django's admin, its documentation and an application whose admin uses every option."""
