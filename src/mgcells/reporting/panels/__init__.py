"""Parts that the figure of an endpoint is put together from."""
