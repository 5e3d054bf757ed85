#include "server/transport/call_meter.h"

#include <algorithm>
#include <utility>

namespace muster::server {

CallMeter::Change CallMeter::Received(const uint8_t* bytes, size_t size) {
  Change change;
  const uint64_t before = held_;
  in_.Walk(
      bytes, size, [&](const FrameHeader& frame) { TakeFrame(frame, change); },
      [this](const uint8_t* piece, size_t length) { TakePayload(piece, length); });
  if (change.resets > 0 && !resets_.Take(change.resets)) resets_too_fast_ = true;
  change.held = static_cast<int64_t>(held_) - static_cast<int64_t>(before);
  return change;
}

void CallMeter::TakeFrame(const FrameHeader& frame, Change& change) {
  const bool headers_ended = (frame_.type == kFrameHeaders || frame_.type == kFrameContinuation) &&
                             (frame_.flags & kFlagEndHeaders) != 0;
  if (headers_ended) SetHeaderBytes(0);
  frame_ = frame;
  switch (frame.type) {
    case kFrameHeaders:
      change.spoke = true;
      if (frame.stream <= last_) return;  // trailers of a call in progress
      last_ = frame.stream;
      open_.try_emplace(frame.stream);
      ++change.calls;
      change.begun = true;
      return;
    case kFrameData:
      change.spoke = true;
      return;
    case kFrameResetStream:
      ++change.resets;
      change.calls += End(frame.stream);
      return;
    default:
      return;
  }
}

void CallMeter::TakePayload(const uint8_t* bytes, size_t size) {
  if (frame_.type == kFrameHeaders || frame_.type == kFrameContinuation) SetHeaderBytes(header_bytes_ + size);
  const auto call = frame_.type == kFrameData ? open_.find(frame_.stream) : open_.end();
  if (call == open_.end()) {
    loose_bytes_ += size;
    return;
  }
  const uint64_t before = call->second.held();
  const uint64_t block = std::min(std::exchange(loose_bytes_, 0), kBlockBytes);
  call->second.Take(bytes, size, size + kPieceBytes + block);
  held_ += call->second.held() - before;
}

void CallMeter::SetHeaderBytes(uint64_t bytes) {
  held_ += bytes - header_bytes_;
  header_bytes_ = bytes;
}

CallMeter::Change CallMeter::Sent(const uint8_t* bytes, size_t size) {
  Change change;
  const uint64_t before = held_;
  out_.Walk(bytes, size, [this, &change](const FrameHeader& frame) {
    const bool of_a_call = frame.type == kFrameHeaders || frame.type == kFrameData;
    change.spoke |= of_a_call;
    if (frame.type == kFrameResetStream || (of_a_call && (frame.flags & kFlagEndStream) != 0))
      change.calls += End(frame.stream);
    if (frame.type != kFrameWindowUpdate) return;
    const auto call = open_.find(frame.stream);
    if (call == open_.end()) return;
    const uint64_t held = call->second.held();
    call->second.Granted();
    held_ -= held - call->second.held();
  });
  change.held = static_cast<int64_t>(held_) - static_cast<int64_t>(before);
  return change;
}

int CallMeter::End(uint32_t stream) {
  const auto call = open_.find(stream);
  if (call == open_.end()) return 0;
  held_ -= call->second.held();
  open_.erase(call);
  return -1;
}

CallMeter::Clock::time_point CallMeter::HeldSince() const {
  Clock::time_point since = Clock::time_point::max();
  for (const auto& [stream, message] : open_) {
    if (message.held() > 0) since = std::min(since, message.began());
  }
  return since;
}

}  // namespace muster::server
