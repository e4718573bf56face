/* Where lines have gone already, in cells of a grid. A beach is walked again and again: seen from far, most steps of a line
   lie on others, and drawing them once more shows nothing new. Pure. */

/** A grid over a box, `{ x, y, width, height }`, of cells as wide as `cell`. `isNews(fromX, fromY, toX, toY)`: whether a step
    passes a cell that no step asked about before has passed. What lies outside the box is never news. */
export function inked({ x, y, width, height, cell }) {
  const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)];
  const passed = new Uint8Array(columns * rows);
  return {
    isNews(fromX, fromY, toX, toY) {
      const [dx, dy] = [(toX - fromX) / cell, (toY - fromY) / cell];
      const count = Math.ceil(Math.max(Math.abs(dx), Math.abs(dy))) || 1;
      let [column, row] = [(fromX - x) / cell, (fromY - y) / cell];
      let isNews = false;
      for (let n = 0; n <= count; n += 1, column += dx / count, row += dy / count) {
        if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
        const at = Math.trunc(row) * columns + Math.trunc(column);
        if (!passed[at]) isNews = true;
        passed[at] = 1;
      }
      return isNews;
    },
  };
}
