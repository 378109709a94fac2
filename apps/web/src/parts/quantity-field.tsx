import { useId } from 'react';
import { Button } from './button.tsx';

interface QuantityFieldProps {
  readonly label: string;
  /** What the two buttons are called: "one less", "one more". */
  readonly less: string;
  readonly more: string;
  readonly value: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/** A whole number from 1 to `max`, to be typed or stepped. */
export function QuantityField(props: QuantityFieldProps) {
  const { label, less, more, value, max, onChange } = props;
  const id = useId();
  const change = (wanted: number) => {
    if (Number.isInteger(wanted)) onChange(Math.min(Math.max(wanted, 1), Math.max(max, 1)));
  };
  return (
    <div className="quantity">
      <label htmlFor={id}>{label}</label>
      <div className="quantity-row">
        <Button aria-label={less} isOff={value <= 1} onClick={() => change(value - 1)}>
          −
        </Button>
        <input
          id={id}
          className="field quantity-field"
          type="number"
          inputMode="numeric"
          min={1}
          max={max}
          value={value}
          onChange={({ target }) => change(target.valueAsNumber)}
        />
        <Button aria-label={more} isOff={value >= max} onClick={() => change(value + 1)}>
          +
        </Button>
      </div>
    </div>
  );
}
