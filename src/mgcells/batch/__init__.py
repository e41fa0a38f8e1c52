"""Batches: plan, run, store; resumable, the same bytes for any number of workers."""

from mgcells.batch.batch import BatchInterrupted, BatchResult, Progress, run_batch
from mgcells.batch.bodies import run_bodies
from mgcells.batch.plan import RunSpec, plan

__all__ = ["BatchInterrupted", "BatchResult", "Progress", "RunSpec", "plan", "run_batch", "run_bodies"]
