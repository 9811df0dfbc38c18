"""The clock strip, as in shared/clock-strip.ts: cells of one macroblock that tell when a picture was captured."""

CELL = 16
CELLS = 40
CRC_START = 0xA5
CRC_POLYNOMIAL = 0x07
BLACK, WHITE, GREY = 16, 235, 128


def check_bits(value):
    crc = CRC_START
    for shift in (24, 16, 8, 0):
        crc ^= (value >> shift) & 0xFF
        for _ in range(8):
            crc = ((crc << 1) ^ (CRC_POLYNOMIAL if crc & 0x80 else 0)) & 0xFF
    return crc


def draw_strip(frame, width, height, milliseconds):
    """Writes the strip into an I420 picture whose rows are padded as GStreamer pads them: to 4 bytes."""
    stride, half = (width + 3) // 4 * 4, (width // 2 + 3) // 4 * 4
    columns = max(1, min(CELLS, width // CELL))
    rows = (CELLS + columns - 1) // columns
    time32 = milliseconds & 0xFFFFFFFF
    cells = time32 << 8 | check_bits(time32)
    for row in range(rows):
        line = b"".join(
            bytes([WHITE if cells >> (CELLS - 1 - cell) & 1 else BLACK]) * CELL
            for cell in range(row * columns, min(CELLS, (row + 1) * columns))
        )
        for y in range(row * CELL, (row + 1) * CELL):
            frame[y * stride : y * stride + len(line)] = line
        grey = bytes([GREY]) * (len(line) // 2)
        chroma_rows = (height + 1) // 2
        for plane in (stride * ((height + 1) // 2 * 2), stride * ((height + 1) // 2 * 2) + half * chroma_rows):
            for y in range(row * CELL // 2, (row + 1) * CELL // 2):
                frame[plane + y * half : plane + y * half + len(grey)] = grey
    return bytes(frame)
