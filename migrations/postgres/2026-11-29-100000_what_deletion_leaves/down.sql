-- References lead to the published rows for good: rows that were deleted have no typed row to lead back to.
DROP TABLE continued_streams;
DROP TABLE aliases;
