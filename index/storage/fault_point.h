// Places where tests may kill the process or wait. In production the hook is null and a point costs one
// relaxed load.
#ifndef MUSTER_INDEX_STORAGE_FAULT_POINT_H_
#define MUSTER_INDEX_STORAGE_FAULT_POINT_H_

#include <atomic>

namespace muster::index {

// Called on whatever thread passes the point, with its name (a literal). May not return.
using FaultHook = void (*)(const char* point);

inline std::atomic<FaultHook> fault_hook{nullptr};

// Set it before threads that pass points start; null switches it off.
inline void SetFaultHook(FaultHook hook) { fault_hook.store(hook, std::memory_order_release); }

// `point`: "folder/what", as in "settle/before_commit". A point is passed many times: a test counts the hits.
inline void FaultPoint(const char* point) {
  if (const FaultHook hook = fault_hook.load(std::memory_order_acquire)) hook(point);
}

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FAULT_POINT_H_
