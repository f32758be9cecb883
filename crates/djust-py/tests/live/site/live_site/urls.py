from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import include, path

from . import lists, navigation_views, traps, views

urlpatterns = [
    path("note/", views.NoteView.as_view(), name="note"),
    path("", include("djust.urls")),
    path("counter/", views.CounterView.as_view(), name="counter"),
    path("counter/<int:start>/", views.CounterView.as_view(), name="counter_from"),
    path("quiet/<int:start>/", views.QuietView.as_view(), name="quiet"),
    path("bare/", views.BareView.as_view(), name="bare"),
    path("private/", views.PrivateView.as_view(), name="private"),
    path("attribute/", views.AttributeView.as_view(), name="attribute"),
    path("decorated/", login_required(views.BareView.as_view()), name="decorated"),
    path("permission/", views.PermissionView.as_view(), name="permission"),
    path("tested/", views.TestedView.as_view(), name="tested"),
    path("mount-refuses/", views.MountRefusesView.as_view(), name="mount_refuses"),
    path("redirecting/", views.RedirectingView.as_view(), name="redirecting"),
    path("async-mount/", views.AsyncMountView.as_view(), name="async_mount"),
    path("keeping/", views.KeepingView.as_view(), name="keeping"),
    path("rebuilding/", views.RebuildingView.as_view(), name="rebuilding"),
    path("typed/", views.TypedView.as_view(), name="typed"),
    path("search/", navigation_views.SearchView.as_view(), name="search"),
    path("shelf/<int:number>/", navigation_views.ShelfView.as_view(), name="shelf"),
    path("bound-later/", navigation_views.BoundLaterView.as_view()),
    path("bound/", navigation_views.BoundView.as_view(), name="bound"),
    path("effects/", navigation_views.EffectsView.as_view(), name="effects"),
    path("sent-on/", navigation_views.SentOnView.as_view(), name="sent_on"),
    path("chat/", lists.ChatView.as_view(), name="chat"),
    path("newest-first/", lists.NewestFirstView.as_view(), name="newest_first"),
    path("rows/", lists.RowsView.as_view(), name="rows"),
    path("fingerprint/", lists.FingerprintView.as_view(), name="fingerprint"),
    path("nested/", include(([path("x/", views.BareView.as_view(), name="x")], "nested"))),
    path("traps/", traps.TrapView.as_view(), name="traps"),
    path("report/", views.ReportView.as_view(), name="report"),
    path("push/<int:count>/", views.push_count, name="push_count"),
    path("ordinary/", lambda request: HttpResponse("ordinary"), name="ordinary"),
]
urlpatterns += i18n_patterns(path("language/", views.LanguageView.as_view(), name="language"))
