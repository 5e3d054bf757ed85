// Keeps rows as bitsets for the current chunk when many roots use the same rows.
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_KEPT_ROWS_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_KEPT_ROWS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/program.h"
#include "query/execution/program/window_rows.h"

namespace muster::query {

// The state of a row in the chunk.
struct KeptRow {
  uint64_t stamp = 0;  // the chunk that it was read for
  RowChunk chunk;
  const uint8_t* bitset = nullptr;  // null: not needed yet
  uint32_t occupied = 0;            // the non-empty parts
  uint32_t steps = 0;               // spent on looking values up before the bitset was made
  std::unique_ptr<ChunkRegister> into;
};

// Not thread-safe; the constructor's arguments outlive it. Disabled (see keeps()) for a program with one
// root, or with so many rows that their bitsets would take more than 32 MiB.
class KeptRows {
 public:
  KeptRows(const Program& program, const Kernels& kernels, WindowRows& rows);

  bool keeps() const { return !kept_.empty(); }
  void Enter(uint32_t chunk) {
    chunk_ = chunk;
    ++stamp_;
  }
  // REQUIRES for the rest: keeps().
  // The row's chunk; with a bitset only if it has been made already.
  KeptRow& Of(RowIndex row);
  // The same, with its bitset. REQUIRES: the chunk is neither empty nor full.
  const KeptRow& WithBitset(RowIndex row);
  // Whether its bitset exists, or is worth making now that `count` more values are to be looked up. REQUIRES:
  // it is an array or runs; count > 0.
  bool WidensFor(RowIndex row, uint32_t count);

  // Bytes of stored containers converted to bitsets, except composed ones, which `rows` counts.
  uint64_t bytes_read() const { return bytes_read_; }

 private:
  const Kernels& kernels_;
  WindowRows& rows_;
  std::vector<KeptRow> kept_;  // by row
  uint32_t chunk_ = 0;
  uint64_t stamp_ = 0;
  uint64_t bytes_read_ = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_KEPT_ROWS_H_
