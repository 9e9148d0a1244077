"""Mechanism that every service shares; no word of the business."""

import warnings

# Nameko 2.14 stands on eventlet, which says on import that it is in maintenance; see DECISIONS.md.
warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")
