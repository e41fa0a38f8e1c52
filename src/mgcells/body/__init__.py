"""Whole-body kinetics of magnesium and threonate, for one subject or thousands at once. Knows no tissue and no Mesa.

The body itself is `mgcells.body.body.Body`; what a scenario needs to know of it (routes, deliveries, how subjects
differ) stands in modules of its own, so that reading a scenario does not load the compiler.
"""
