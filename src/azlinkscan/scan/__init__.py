"""One scan from plan to report: joins the rooms."""
