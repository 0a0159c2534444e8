"""The books in memory keep the contract of a storage."""

from inhouse_storage_contract import StorageContract
from softdock.adapters.inhouse.memory import MemoryStorage
from softdock.adapters.inhouse.snapshot import House


class TestMemoryStorage(StorageContract):
    """Runs inline, forgets with the process."""

    def make(self, house: House) -> MemoryStorage:
        return MemoryStorage(house, lambda: self.now)
