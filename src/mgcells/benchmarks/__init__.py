"""The suite that holds the engine against its targets and its peers: `mgcells bench`.

Every row gives CPU time of this process, the median of alternating passes, so that another job on the machine does not
count; only the rows about batches take time from the clock. Results are compared before times are.
"""

from mgcells.benchmarks.page import PAGE_FILES, write_page
from mgcells.benchmarks.show import as_data
from mgcells.benchmarks.suite import GROUPS, BenchmarkRow, Report, run_suite

__all__ = ["GROUPS", "PAGE_FILES", "BenchmarkRow", "Report", "as_data", "run_suite", "write_page"]
