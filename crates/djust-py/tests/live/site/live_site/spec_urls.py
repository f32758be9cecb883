from django.urls import path

from . import lists, spec_views

urlpatterns = [
    path("dashboard/", spec_views.DashboardView.as_view(), name="dashboard"),
    path("products/", spec_views.ProductListView.as_view(), name="products"),
    path("bare/", spec_views.BareContextView.as_view(), name="bare"),
    path("log/", spec_views.LogView.as_view(), name="log"),
    path("patterns/", spec_views.PatternsView.as_view(), name="patterns"),
    path("upload/", spec_views.UploadView.as_view(), name="upload"),
    path("service/", spec_views.ServiceInStateView.as_view(), name="service"),
    path("secrets/", spec_views.SecretsView.as_view(), name="secrets"),
    path("secure/", spec_views.SecureView.as_view(), name="secure"),
    path("secure-too/", spec_views.SecureByAttributeView.as_view(), name="secure_too"),
    path("admin/", spec_views.AdminView.as_view(), name="admin"),
    path("items/", spec_views.ItemsView.as_view(), name="items"),
    path("stacked/", spec_views.StackedView.as_view(), name="stacked"),
    path("chat/", lists.ChatView.as_view(), name="chat"),
]
