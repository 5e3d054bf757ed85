#include "index/storage/write_in_turns.h"

#include "index/status/status_macros.h"

namespace muster::index {

absl::Status WriteInTurns(WriterQueue& writer, WriteClass write_class, size_t count,
                          absl::FunctionRef<absl::Status(WriteTransaction&, size_t)> put) {
  for (size_t begin = 0; begin < count;) {
    size_t end = begin;
    RETURN_IF_ERROR(writer.Run(write_class, [&](WriteTransaction& transaction) {
      for (end = begin; end < count && !transaction.NearlyFull(); ++end) {
        RETURN_IF_ERROR(put(transaction, end));
      }
      return absl::OkStatus();
    }));
    begin = end;
  }
  return absl::OkStatus();
}

}  // namespace muster::index
