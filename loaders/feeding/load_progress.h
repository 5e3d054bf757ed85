// How far a load is.
#ifndef MUSTER_LOADERS_FEEDING_LOAD_PROGRESS_H_
#define MUSTER_LOADERS_FEEDING_LOAD_PROGRESS_H_

#include <cstdint>
#include <optional>

namespace muster::loaders {

// A plain value.
struct LoadProgress {
  uint64_t bytes_read = 0;             // of the file as it lies on disk
  std::optional<uint64_t> file_bytes;  // absent for pipes
  uint64_t records = 0;                // or ids

  // The share that was read, from 0 to 1; nothing when the total is unknown.
  std::optional<double> share() const {
    if (file_bytes.value_or(0) == 0) return std::nullopt;
    return static_cast<double>(bytes_read) / static_cast<double>(*file_bytes);
  }
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_LOAD_PROGRESS_H_
