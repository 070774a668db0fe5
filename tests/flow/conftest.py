from harbor.doctor import doctor, well  # noqa: F401
from harbor.fixtures import shared_data, stack, streams, world  # noqa: F401
