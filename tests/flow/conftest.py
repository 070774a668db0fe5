from harbor.fixtures import shared_data, stack, streams, world  # noqa: F401
