"""Drawing what happened over time: plain functions from what the engine answers to lines, without Textual.

`scale` puts time into columns, `ruler` labels them, `lanes` says what to draw in which lane, `drawing` draws it,
`plot` draws a metric, `details` tells what is under the cursor, `choosing` reads the filter.
"""
