"""A store, by way of the functions of bridge.cc. Rows come and go as objects with __arrow_c_stream__."""

import ctypes

STREAM = b"arrow_array_stream"

_get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_get_pointer.restype = ctypes.c_void_p
_get_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


class ArrowArrayStream(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_void_p) for name in ["get_schema", "get_next", "get_last_error", "release", "private_data"]
    ]


class Exported:
    """A stream of the store, to be consumed once. The store must stay open meanwhile."""

    def __init__(self):
        self.stream = ArrowArrayStream()

    def __arrow_c_stream__(self, requested_schema=None):
        return _new_capsule(ctypes.addressof(self.stream), STREAM, None)

    def __del__(self):
        if self.stream.release:
            ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self.stream.release)(ctypes.addressof(self.stream))


class StoreError(Exception):
    pass


class Store:
    def __init__(self, library, path, graph):
        self.library = ctypes.CDLL(str(library))
        self.library.LastError.restype = ctypes.c_char_p
        self.library.OpenStore.restype = ctypes.c_void_p
        self.library.WriteRows.restype = ctypes.c_int64
        self.store = None
        opened = self.library.OpenStore(str(path).encode(), graph.encode())
        self._check(0 if opened else -1)
        self.store = ctypes.c_void_p(opened)

    def close(self):
        if self.store is not None:
            self.library.CloseStore(self.store)
        self.store = None

    def _check(self, result):
        if result < 0:
            raise StoreError(self.library.LastError().decode())
        return result

    def write(self, feature, rows):
        capsule = rows.__arrow_c_stream__()
        stream = ctypes.c_void_p(_get_pointer(capsule, STREAM))
        return self._check(self.library.WriteRows(self.store, feature.encode(), stream))

    def read(self, feature, columns=(), chunk_rows=65536):
        out = Exported()
        names = ",".join(columns).encode() or None
        self._check(
            self.library.ReadRows(
                self.store, feature.encode(), names, ctypes.c_int64(chunk_rows), ctypes.byref(out.stream)
            )
        )
        return out

    def resolve(self, feature, samples=None, only=(), chunk_rows=65536):
        out = Exported()
        capsule = samples.__arrow_c_stream__() if samples is not None else None
        stream = ctypes.c_void_p(_get_pointer(capsule, STREAM)) if capsule is not None else None
        self._check(
            self.library.ResolveUpdate(
                self.store, feature.encode(), stream, ",".join(only).encode() or None,
                ctypes.c_int64(chunk_rows), ctypes.byref(out.stream),
            )
        )
        return out
