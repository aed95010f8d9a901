"""Pages and API, served by granian as WSGI."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
