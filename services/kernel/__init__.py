"""Mechanism that every service shares; no word of the business."""
