"""The heatmap: what it shows and how it is drawn. Plain functions; its widget and its workspace are elsewhere."""
