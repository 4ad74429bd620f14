// Reads Data Matrix symbols with a decoder that nobody here wrote. Standard input: a JSON array of symbols, each an array of rows of
// "0" and "1". Standard output: a JSON array of their texts. It is shown an image, so it has to find the symbol as a camera's reader does.
import zxing from '@zxing/library';

const { BinaryBitmap, DataMatrixReader, HybridBinarizer, RGBLuminanceSource } = zxing;

const Module = 6, Quiet = 4;

function image(rows) {
  const side = (rows.length + 2 * Quiet) * Module;
  const pixels = new Uint8ClampedArray(side * side).fill(255);
  rows.forEach((row, y) => [...row].forEach((dark, x) => {
    if (dark !== '1') return;
    for (let i = 0; i < Module; i++) pixels.fill(0, ((y + Quiet) * Module + i) * side + (x + Quiet) * Module, ((y + Quiet) * Module + i) * side + (x + Quiet + 1) * Module);
  }));
  return new RGBLuminanceSource(pixels, side, side);
}

let input = '';
for await (const chunk of process.stdin) input += chunk;
const texts = JSON.parse(input).map(rows => new DataMatrixReader().decode(new BinaryBitmap(new HybridBinarizer(image(rows)))).getText());
process.stdout.write(JSON.stringify(texts));
