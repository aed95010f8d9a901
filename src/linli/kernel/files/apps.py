from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "linli.kernel.files"
    label = "files"
    verbose_name = "文件"
