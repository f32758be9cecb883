from demo.urls import urlpatterns as demo_patterns
from django.urls import URLPattern, path

from djust import LiveView
from probe import decorated, heard, lists, navigation, views
from probe.fresh import fresh, recorded


def with_record(pattern: URLPattern) -> URLPattern:
    view = getattr(pattern.callback, "view_class", None)
    if view is None or not issubclass(view, LiveView):
        return pattern
    return path(str(pattern.pattern), recorded(view).as_view(), name=pattern.name)


urlpatterns = [
    *map(with_record, demo_patterns),
    path("fresh/<str:key>/", fresh),
    path("steps/", recorded(views.StepsView).as_view(), name="steps"),
    path("typing/", recorded(views.TypingView).as_view(), name="typing"),
    path("chat-once/", lists.ChatView.as_view(), name="chat_once"),
    path("rooms-once/", lists.RoomsView.as_view(), name="rooms_once"),
    path("animated/", recorded(lists.AnimatedView).as_view(), name="animated"),
    path("pace/", recorded(decorated.PaceView).as_view(), name="pace"),
    path("posts/", recorded(decorated.PostsView).as_view(), name="posts"),
    path("cities/", recorded(decorated.CitiesView).as_view(), name="cities"),
    path("shared/", recorded(decorated.SharedView).as_view(), name="shared"),
    path("waiting/", recorded(decorated.WaitingView).as_view(), name="waiting"),
    path("bound/", recorded(navigation.BoundView).as_view(), name="bound"),
    path("tabs/", recorded(navigation.TabsView).as_view(), name="tabs"),
    path("tabs/<int:page>/", recorded(navigation.TabsView).as_view(), name="tabs_page"),
    path("frame/", recorded(navigation.FrameView).as_view(), name="frame"),
    path("heard/", recorded(heard.HeardView).as_view(), name="heard"),
    path("note/", recorded(views.NoteView).as_view(), name="note"),
    path("faults/", recorded(views.FaultsView).as_view(), name="faults"),
]
