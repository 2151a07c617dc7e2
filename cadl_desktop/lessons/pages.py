"""The pages in the order in which they are read."""

from cadl_desktop.lessons.page import Page

PAGES: tuple[Page, ...] = ()
