"""Addresses of files and messages."""

from django.urls import path

from association.views import files, messages

urlpatterns = [
    path("files/<uuid:key>/", files.file, name="file"),
    path("files/<uuid:key>/pages/", files.pages, name="file_pages"),
    path("files/<uuid:key>/page/<int:number>.png", files.page, name="file_page"),
    path("messages/", messages.inbox, name="inbox"),
    path("messages/<uuid:key>/", messages.message, name="message"),
]
