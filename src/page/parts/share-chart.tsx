import { type JSX } from 'preact';
import { frame, turnedWords, type Chart, valueWidth } from '../model/chart.ts';

const right = frame.width - frame.right;
const bottom = frame.height - frame.bottom;

const Grid = ({ chart }: { readonly chart: Chart }): JSX.Element => (
  <g class="chart-grid">
    {chart.shares.map(({ at, text }) => (
      <g key={text}>
        <line x1={frame.left} x2={right} y1={at} y2={at} />
        <text x={frame.left - 8} y={at} dy="0.32em" text-anchor="end">
          {text}
        </text>
      </g>
    ))}
    {chart.times.map(({ at, text, day }) => (
      <text key={at} class="chart-time" x={at} y={bottom + 10} text-anchor="middle">
        <tspan dy="0.8em">{text}</tspan>
        {day !== null && (
          <tspan x={at} dy="1.15em">
            {day}
          </tspan>
        )}
      </text>
    ))}
  </g>
);

const Marks = ({ chart }: { readonly chart: Chart }): JSX.Element => (
  <g>
    <line class="chart-target" x1={frame.left} x2={right} y1={chart.target.y} y2={chart.target.y} />
    <line class="chart-swap" x1={chart.began.at} x2={chart.began.at} y1={frame.top} y2={bottom} />
    <text x={chart.began.at} y={frame.top - 8} text-anchor="middle">
      {chart.began.text}
    </text>
    <line class="chart-now" x1={chart.now} x2={chart.now} y1={frame.top} y2={bottom} />
  </g>
);

/** The share as it is now, beside its point; where there is no room any more, below the line or above it. */
const Value = ({ last, word }: Pick<Chart, 'last' | 'word'>): JSX.Element => {
  const fits = last.x + valueWidth < frame.width;
  const below = last.y < frame.top + 60 && last.under < last.y + 90;
  const place = fits
    ? { x: last.x + 10, y: last.y, dy: '0.32em' }
    : {
        x: last.x,
        ...(below ? { y: last.under, dy: '1.4em' } : { y: last.y, dy: '-0.7em' }),
        'text-anchor': 'end' as const,
      };
  return (
    <text class="chart-value" {...place}>
      {last.text} {word}
    </text>
  );
};

const Drawing = ({ chart }: { readonly chart: Chart }): JSX.Element => (
  <svg
    class="chart"
    viewBox={`0 0 ${frame.width} ${frame.height}`}
    role="img"
    aria-label={chart.says}
  >
    <clipPath id="plot">
      <rect x={frame.left} y={0} width={right - frame.left} height={bottom} />
    </clipPath>
    {chart.band !== null && (
      <rect
        class="chart-band"
        x={chart.band.from}
        width={Math.max(0, Math.min(right, chart.band.to) - chart.band.from)}
        y={frame.top}
        height={bottom - frame.top}
      />
    )}
    <Grid chart={chart} />
    <path class="chart-area" d={chart.area} />
    <path class="chart-foreseen" d={chart.foreseen} clip-path="url(#plot)" />
    <Marks chart={chart} />
    <path class="chart-line" d={chart.line} />
    <circle class="chart-last" cx={chart.last.x} cy={chart.last.y} r="5" />
    <Value last={chart.last} word={chart.word} />
  </svg>
);

const AsTable = ({ chart }: { readonly chart: Chart }): JSX.Element => {
  const word = chart.word === 'new' ? 'New' : 'Back';
  return (
    <details class="more">
      <summary>The same as a table</summary>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" class="number">
              {word}, by weight
            </th>
            <th scope="col" class="number">
              {word}
            </th>
            <th scope="col" class="number">
              Not {chart.word}
            </th>
            <th scope="col" class="number">
              Cannot tell
            </th>
          </tr>
        </thead>
        <tbody>
          {chart.rows.map(row => (
            <tr key={row.at}>
              <th scope="row">
                <time dateTime={row.at}>{row.clock}</time>
              </th>
              <td class="number">{row.percent}</td>
              <td class="number">{row.turned}</td>
              <td class="number">{row.notYet}</td>
              <td class="number">{row.cannotTell}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
};

/** How the share has grown, as a drawing and as a table. */
export const ShareChart = ({ chart }: { readonly chart: Chart }): JSX.Element => (
  <figure class="share">
    <Drawing chart={chart} />
    <figcaption class="legend">
      <span class="legend-item">{turnedWords[chart.word]}</span>
      <span class="legend-item legend-target">target {chart.target.text}</span>
      {chart.foreseen !== '' && (
        <span class="legend-item legend-foreseen">foreseen before the swap</span>
      )}
      {chart.band !== null && <span class="legend-item legend-band">{chart.band.text}</span>}
    </figcaption>
    <AsTable chart={chart} />
  </figure>
);
