// Rows as bitsets, kept for the chunk where many roots ask for the same ones.
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

// A row in the chunk.
struct KeptRow {
  uint64_t stamp = 0;  // which chunk it was read for
  RowChunk chunk;
  const uint8_t* bitset = nullptr;  // null: not needed yet
  uint32_t occupied = 0;            // its parts that hold anybody
  uint32_t steps = 0;               // that were spent on looking values up before there was a bitset
  std::unique_ptr<ChunkRegister> into;
};

// Not thread-safe; what it was given outlives it. Of a program with one root, or with so many rows that their
// bitsets would take more than 32 MiB, it keeps nothing and must not be asked.
class KeptRows {
 public:
  KeptRows(const Program& program, const Kernels& kernels, WindowRows& rows);

  bool keeps() const { return !kept_.empty(); }
  void Enter(uint32_t chunk) {
    chunk_ = chunk;
    ++stamp_;
  }
  // REQUIRES for the rest: keeps().
  // The row's chunk; a bitset only if there is one already.
  KeptRow& Of(RowIndex row);
  // The same with its bitset. REQUIRES: neither everybody nor nobody is in it.
  const KeptRow& WithBitset(RowIndex row);
  // Whether its bitset is there, or pays now that `count` more values are looked up. REQUIRES: it is an array
  // or runs; count > 0.
  bool WidensFor(RowIndex row, uint32_t count);

  // Bytes of stored containers that became bitsets, but for composed ones, which `rows` counts.
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
