#include "server/transport/call_meter.h"

#include <algorithm>

namespace muster::server {

CallMeter::Change CallMeter::Received(const uint8_t* bytes, size_t size) {
  Change change;
  in_.Walk(bytes, size, [this, &change](const FrameHeader& frame) {
    switch (frame.type) {
      case kFrameHeaders:
        change.spoke = true;
        if (frame.stream <= last_) return;  // trailers of a call that is there
        last_ = frame.stream;
        open_.insert(frame.stream);
        ++change.calls;
        change.begun = true;
        return;
      case kFrameData:
        change.spoke = true;
        return;
      case kFrameResetStream:
        TakeReset();
        change.calls += End(frame.stream);
        return;
      default:
        return;
    }
  });
  return change;
}

CallMeter::Change CallMeter::Sent(const uint8_t* bytes, size_t size) {
  Change change;
  out_.Walk(bytes, size, [this, &change](const FrameHeader& frame) {
    const bool of_a_call = frame.type == kFrameHeaders || frame.type == kFrameData;
    change.spoke |= of_a_call;
    if (frame.type == kFrameResetStream || (of_a_call && (frame.flags & kFlagEndStream) != 0))
      change.calls += End(frame.stream);
  });
  return change;
}

void CallMeter::TakeReset() {
  const Clock::time_point now = Clock::now();
  const double seconds = std::chrono::duration<double>(now - last_reset_).count();
  if (last_reset_ != Clock::time_point{})
    resets_left_ = std::min(kResetsAtOnce, resets_left_ + seconds * kResetsPerSecond);
  last_reset_ = now;
  resets_left_ -= 1;
}

}  // namespace muster::server
