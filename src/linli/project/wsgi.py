"""Pages and API, served by granian as WSGI."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")

from django.core.wsgi import get_wsgi_application

from linli.project import readiness
from linli.project.health import spare_needless_checks

application = get_wsgi_application()
spare_needless_checks()
readiness.begin()
