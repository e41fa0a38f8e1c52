"""Batches: plan, run, store; resumable, the same bytes for any number of workers."""
