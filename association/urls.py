"""Addresses of the rules, announcements, files and messages."""

from django.urls import path

from association.views import announcements, files, messages, rules

urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("rules/<str:document>/", rules.rules, name="rules_of"),
    path("rules/<str:document>/<str:key>/", rules.article, name="article"),
    path("announcements/", announcements.announcements, name="announcements"),
    path("announcements/<uuid:key>/", announcements.announcement, name="announcement"),
    path("files/<uuid:key>/", files.file, name="file"),
    path("files/<uuid:key>/pages/", files.pages, name="file_pages"),
    path("files/<uuid:key>/page/<int:number>.png", files.page, name="file_page"),
    path("messages/", messages.inbox, name="inbox"),
    path("messages/<uuid:key>/", messages.message, name="message"),
]
