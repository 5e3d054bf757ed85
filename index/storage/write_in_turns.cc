#include "index/storage/write_in_turns.h"

namespace muster::index {

absl::Status WriteInTurns(WriterQueue& writer, WriteClass write_class, size_t count,
                          absl::FunctionRef<absl::Status(WriteTransaction&, size_t)> put) {
  for (size_t begin = 0; begin < count;) {
    size_t end = begin;
    const absl::Status turn = writer.Run(write_class, [&](WriteTransaction& transaction) {
      for (end = begin; end < count && !transaction.NearlyFull(); ++end) {
        if (absl::Status written = put(transaction, end); !written.ok()) return written;
      }
      return absl::OkStatus();
    });
    if (!turn.ok()) return turn;
    begin = end;
  }
  return absl::OkStatus();
}

}  // namespace muster::index
