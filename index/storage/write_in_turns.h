// Writes many small records through the one writer, in transactions of bounded size.
#ifndef MUSTER_INDEX_STORAGE_WRITE_IN_TURNS_H_
#define MUSTER_INDEX_STORAGE_WRITE_IN_TURNS_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// Calls `put` for 0 … count − 1, in as many transactions as needed. An error ends it; what earlier
// transactions wrote stays. `put` may be called again for an index, when its transaction has to be repeated.
absl::Status WriteInTurns(WriterQueue& writer, WriteClass write_class, size_t count,
                          absl::FunctionRef<absl::Status(WriteTransaction&, size_t)> put);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_WRITE_IN_TURNS_H_
