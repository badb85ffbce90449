"""The WSGI entry point: ``flask --app wsgi …`` and ``gunicorn wsgi:app``."""

import os

from portal import create_app

os.umask(0o027)  # what is kept here is not for other users of the machine

app = create_app()
