"""Addresses of the rules, announcements, files and messages."""

from django.urls import path

from association.views import (
    announcements,
    consultations,
    documents,
    feedback,
    files,
    messages,
    newsletters,
    objections,
    recovery,
    rules,
    rules_article,
)
from association.views.announcement_feed import Announcements

urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("rules/<str:document>/", rules.document, name="rules_of"),
    path("rules/<str:document>/rights-and-duties/", rules.rights, name="rules_rights"),
    path("rules/<str:document>/<str:key>/", rules_article.article, name="article"),
    path("rules/<str:document>/<str:key>/feedback/", feedback.write, name="article_feedback"),
    path("rules/<str:document>/<str:key>/feedback/sent/", feedback.sent, name="article_feedback_sent"),
    path("consultations/<int:pk>/", consultations.consultation, name="consultation"),
    path("consultations/<int:pk>/comment/", consultations.comment, name="consultation_comment"),
    path("consultations/<int:pk>/comment/<str:key>/", consultations.comment, name="article_comment"),
    path("announcements/", announcements.announcements, name="announcements"),
    path("announcements/feed/", Announcements(), name="announcements_feed"),
    path("announcements/<uuid:key>/", announcements.announcement, name="announcement"),
    path("announcements/<uuid:key>/files/<int:pk>/", announcements.attachment, name="announcement_file"),
    path("announcements/<uuid:key>/object/", objections.make, name="object"),
    path("objections/", objections.state, name="objection_state"),
    path("objections/sent/", objections.sent, name="objection_sent"),
    path("files/<uuid:key>/", files.file, name="file"),
    path("files/<uuid:key>/pages/", files.pages, name="file_pages"),
    path("files/<uuid:key>/page/<int:number>.png", files.page, name="file_page"),
    path("lost-login/", recovery.ask, name="recovery_ask"),
    path("lost-login/asked/", recovery.asked, name="recovery_asked"),
    path("lost-login/<uuid:key>/object/<str:token>/", recovery.object_to, name="recovery_object"),
    path("lost-login/<uuid:key>/<str:token>/", recovery.use, name="recovery_use"),
    path("newsletters/", newsletters.archive, name="newsletters"),
    path("newsletters/subscription/", newsletters.subscription, name="newsletter_subscription"),
    path("newsletters/unsubscribe/<str:token>/", newsletters.unsubscribe, name="newsletter_unsubscribe"),
    path("newsletters/<int:number>/", newsletters.issue, name="newsletter"),
    path("documents/<str:serial>/", documents.document, name="document"),
    path("documents/<str:serial>/file.pdf", documents.file, name="document_file"),
    path("documents/<str:serial>/page/<int:number>.png", documents.page, name="document_page"),
    path("messages/", messages.inbox, name="inbox"),
    path("messages/address/<int:pk>/works/", messages.address_works, name="address_works"),
    path("messages/<uuid:key>/", messages.message, name="message"),
]
