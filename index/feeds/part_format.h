// The bytes of a part's file: its head, and the frame of each batch. See index/FORMAT.md.
#ifndef MUSTER_INDEX_FEEDS_PART_FORMAT_H_
#define MUSTER_INDEX_FEEDS_PART_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/feeds/part_file.h"

namespace muster::index {

// The mark lies within the first sector of the file, so that it is written whole or not at all.
inline constexpr size_t kMarkAt = 8, kMarkBytes = 32;
inline constexpr size_t kFrameHeadBytes = 28;

// The head of a part of which nothing is durable yet.
std::string HeadOf(const PartKey& key);
// How many bytes the head of such a part has.
size_t HeadBytes(const PartKey& key);
// What the head of a file says; nothing when it is not one that HeadOf made.
std::optional<PartKey> ReadHead(std::string_view head);
// The most bytes that a head has.
inline constexpr size_t kHeadBytesMax = 8 + kMarkBytes + 8 + 200 + 8;

// The mark, which says what is durable.
std::string MarkOf(const PartExtent& durable);
// Nothing when its sum is wrong.
std::optional<PartExtent> ReadMark(std::string_view mark);

// A frame's head; the stored bytes follow it.
struct FrameHead {
  uint32_t stored = 0;  // bytes
  uint32_t bytes = 0;   // of the batch; as many as are stored: it isn't compressed
  uint64_t number = 0;
  uint32_t records = 0;
  uint64_t sum = 0;
};
std::string FrameHeadOf(uint64_t number, uint32_t records, std::string_view stored, size_t bytes);
FrameHead ReadFrameHead(const char* head);
// Whether `stored` are the bytes that were written behind the head, and the head is as it was written.
bool IsWhole(const FrameHead& head, std::string_view stored);
// Whether the sizes are possible ones.
bool HasPossibleSizes(const FrameHead& head);

// Compresses into `buffer` and returns what is to be stored: that, or the batch itself if it is no smaller.
std::string_view Compressed(std::string_view batch, std::string& buffer);
// The batch of a whole frame; nothing when it can't be decompressed.
std::optional<std::string> Decompressed(const FrameHead& head, std::string stored);

}  // namespace muster::index

#endif  // MUSTER_INDEX_FEEDS_PART_FORMAT_H_
