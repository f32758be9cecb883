"""Addresses of the demo: live pages and ordinary views side by side."""

from django.urls import path

from live.views.chat import ChatView
from live.views.counter import CounterView
from live.views.dashboard import DashboardView
from live.views.home import HomeView, SourceView
from live.views.report import ReportView
from live.views.search import SearchView
from live.views.table import TableView
from live.views.todo import TodoView

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("counter/", CounterView.as_view(), name="counter"),
    path("todo/", TodoView.as_view(), name="todo"),
    path("search/", SearchView.as_view(), name="search"),
    path("table/", TableView.as_view(), name="table"),
    path("report/", ReportView.as_view(), name="report"),
    path("dashboard/", DashboardView.as_view(), name="dashboard"),
    path("chat/", ChatView.as_view(), name="chat"),
    path("source/<slug:name>.py", SourceView.as_view(), name="source"),
]
