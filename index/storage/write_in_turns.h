// Many small records through the one writer, in transactions of bounded size.
#ifndef MUSTER_INDEX_STORAGE_WRITE_IN_TURNS_H_
#define MUSTER_INDEX_STORAGE_WRITE_IN_TURNS_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// Calls `put` for 0 … count − 1, in as many transactions as it takes; an error ends it, and what earlier
// transactions wrote stays. An index may be put again, in another transaction, when one has to be repeated.
absl::Status WriteInTurns(WriterQueue& writer, WriteClass write_class, size_t count,
                          absl::FunctionRef<absl::Status(WriteTransaction&, size_t)> put);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_WRITE_IN_TURNS_H_
